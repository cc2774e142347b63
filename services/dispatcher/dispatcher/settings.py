"""What the dispatcher needs from its environment."""

from photochanger.settings import BrokerSettings, MongoSettings, OperationsSettings, StoreSettings


class Settings(BrokerSettings, MongoSettings, StoreSettings, OperationsSettings):
    """Nothing of its own: the store is there to delete the photos of the jobs it ends."""
