"""What one running sandbox holds between calls."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random
from typing import Literal

from aiohttp import web

from sandbox.behaviours import Provider
from sandbox.call_log import CallLog
from sandbox.canned import build_canned_answer, draw_canned_picture
from sandbox.drawing import DrawnPicture
from sandbox.faults import FaultPlan, Instruction
from sandbox.invoice import Invoice
from sandbox.latency import Latency
from sandbox.metrics import SandboxMetrics
from sandbox.outages import Outages
from sandbox.pictures_kept import PicturesKept
from sandbox.quotas import Quotas
from sandbox.scenarios import SCENARIOS
from sandbox.settings import PictureFormat, SandboxSettings
from sandbox.wire_answer import WireAnswer


@dataclass
class SandboxState:
    """Settings as they were given, and what the control endpoints have made of them."""

    settings: SandboxSettings
    plan: FaultPlan
    latency: Latency
    picture_format: PictureFormat
    random: Random
    canned: WireAnswer
    canned_picture: DrawnPicture
    threads: ThreadPoolExecutor
    calls: CallLog = field(default_factory=CallLog)
    metrics: SandboxMetrics = field(default_factory=SandboxMetrics)
    #: Known once it is listened on.
    metrics_port: int = 0
    outages: Outages = field(default_factory=Outages)
    quotas: Quotas = field(default_factory=Quotas)
    invoice: Invoice = field(default_factory=Invoice)
    pictures: PicturesKept = field(default_factory=PicturesKept)
    scenario: str = ""
    #: The scenario's; the others have `latency`.
    latencies: dict[Provider, Latency] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: SandboxSettings) -> "SandboxState":
        canned = draw_canned_picture(settings.sandbox_seed)
        state = cls(
            settings=settings,
            plan=FaultPlan(default_instruction(settings)),
            latency=default_latency(settings),
            picture_format=settings.sandbox_picture_format,
            random=Random(settings.sandbox_seed),  # noqa: S311  repeatable latencies, no secret
            canned=build_canned_answer(canned),
            canned_picture=canned,
            threads=ThreadPoolExecutor(settings.sandbox_draw_threads, thread_name_prefix="draw"),
        )
        state.begin(settings.sandbox_scenario)
        return state

    def begin(self, scenario: str) -> None:
        """Undo what the control endpoints did and begin a scenario, the same each time by the settings' seed.

        Raises:
            KeyError: there is none of this name.
        """
        wanted, settings = SCENARIOS[scenario], self.settings
        self.scenario = scenario
        self.random.seed(settings.sandbox_seed)
        self.plan = FaultPlan(default_instruction(settings), dict(wanted.rules), Random(settings.sandbox_seed))  # noqa: S311  repeatable, no secret
        self.latency, self.latencies = default_latency(settings), dict(wanted.latencies)
        self.picture_format = settings.sandbox_picture_format
        self.outages.end_all()
        for provider, kind in wanted.outages.items():
            self.outages.begin(provider, kind)
        self.quotas.clear()
        for provider, quota in wanted.quotas.items():
            self.quotas.put(provider, quota)

    def choose_format(self, usual: Literal["png", "jpeg"]) -> Literal["png", "jpeg"]:
        """Give the format of the next picture of a model whose own is `usual`."""
        if self.picture_format == "mixed":
            return "png" if self.random.random() < 0.5 else "jpeg"
        return usual if self.picture_format == "model" else self.picture_format

    def waiting_seconds(self, instruction: Instruction, provider: Provider | None = None) -> float:
        """Give the time before the answer of a call that gets `instruction`."""
        latency = self.latency if provider is None else self.latencies.get(provider, self.latency)
        return instruction.waiting_seconds(lambda: latency.draw(self.random))


STATE = web.AppKey("state", SandboxState)


def default_instruction(settings: SandboxSettings) -> Instruction:
    return Instruction(behaviour=settings.sandbox_behaviour)


def default_latency(settings: SandboxSettings) -> Latency:
    return Latency(seconds=settings.sandbox_latency_seconds, jitter_seconds=settings.sandbox_latency_jitter_seconds)
