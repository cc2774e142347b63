from photochanger.domain.usage import Price, Usage, cost_micros

PRICES = (
    Price(model="tokens", per_million_input_tokens=1_500_000, per_million_output_tokens=30_000_000),
    Price(per_call=5_000_000, per_image=39_000),
)


def test_tokens_are_priced_by_the_million_and_thoughts_as_output() -> None:
    usage = Usage(model="tokens", input_tokens=600, output_tokens=1120, thought_tokens=10, images=1)

    assert cost_micros(PRICES, usage) == 900 + 33_600 + 300


def test_half_a_millionth_is_rounded_up() -> None:
    assert cost_micros(PRICES, Usage(model="tokens", input_tokens=1)) == 2


def test_a_model_without_a_price_of_its_own_costs_the_general_one() -> None:
    assert cost_micros(PRICES, Usage(model="another", images=2)) == 5_078_000


def test_a_model_without_any_price_has_no_cost() -> None:
    assert cost_micros(PRICES[:1], Usage(model="another")) is None
