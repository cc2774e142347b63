"""The routes about the platform: audit, settings, providers, statistics."""

from admin_api.operations.audit import Audit
from admin_api.operations.audit_routes import AuditRoutes
from admin_api.operations.settings_routes import SettingsRoutes
from admin_api.providers.pause_routes import PauseRoutes
from admin_api.providers.price_routes import PriceRoutes
from admin_api.providers.provider_gate_routes import ProviderGateRoutes
from admin_api.providers.provider_routes import ProviderRoutes
from admin_api.rest.endpoint import Endpoint
from admin_api.settings import Settings
from admin_api.statistics.ledger_routes import LedgerRoutes
from admin_api.statistics.quota_routes import QuotaRoutes
from admin_api.statistics.statistics_routes import StatisticsRoutes
from photochanger.infrastructure.audit_repository import AuditRepository
from photochanger.infrastructure.breakers import Breakers
from photochanger.infrastructure.key_test_repository import KeyTestRepository
from photochanger.infrastructure.ledger_reader import LedgerReader
from photochanger.infrastructure.mongo import Mongo
from photochanger.infrastructure.provider_key_repository import ProviderKeyRepository
from photochanger.infrastructure.provider_limits_repository import ProviderLimitsRepository
from photochanger.infrastructure.provider_model_repository import ProviderModelRepository
from photochanger.infrastructure.provider_repository import ProviderRepository
from photochanger.infrastructure.quota_repository import QuotaRepository
from photochanger.infrastructure.sealing import Sealer
from photochanger.infrastructure.settings_repository import SettingsRepository
from photochanger.infrastructure.statistics_reader import StatisticsReader
from photochanger.infrastructure.work_under_way import WorkReader
from photochanger.observability import Metrics


def core_endpoints(settings: Settings, mongo: Mongo, *, metrics: Metrics) -> tuple[Endpoint, ...]:
    database, secret_key = mongo.database, settings.photochanger_secret_key
    entries = AuditRepository(database)
    audit = Audit(entries)
    providers, keys = ProviderRepository(database), ProviderKeyRepository(database)
    limits, breakers = ProviderLimitsRepository(database), Breakers(database, metrics)
    return (
        *SettingsRoutes(SettingsRepository(database), audit, secret_key=secret_key).endpoints(),
        *ProviderRoutes(
            providers,
            keys,
            KeyTestRepository(database),
            limits=limits,
            quotas=QuotaRepository(database),
            breakers=breakers,
            models=ProviderModelRepository(database),
            sealer=Sealer(secret_key, *settings.old_secret_keys),
            audit=audit,
        ).endpoints(),
        *ProviderGateRoutes(providers, limits, breakers, audit=audit).endpoints(),
        *PauseRoutes(providers, breakers, WorkReader(database), audit).endpoints(),
        *PriceRoutes(providers, audit).endpoints(),
        *StatisticsRoutes(StatisticsReader(database)).endpoints(),
        *LedgerRoutes(LedgerReader(database), providers).endpoints(),
        *QuotaRoutes(mongo, providers, limits).endpoints(),
        *AuditRoutes(entries).endpoints(),
    )
