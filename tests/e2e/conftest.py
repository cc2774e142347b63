"""The whole product, started once for all end-to-end tests."""

from collections.abc import AsyncIterator

import pytest

from tests.e2e.product import Product, product_of
from tests.running_stack import RunningStack


@pytest.fixture
async def product(stack: RunningStack) -> AsyncIterator[Product]:
    async with product_of(stack) as product:
        yield product
