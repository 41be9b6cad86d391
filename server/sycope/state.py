"""The Sycope of one world: what its handlers reach."""

from dataclasses import dataclass
from pathlib import Path

from ...storage.accounts import Accounts, Role, User
from ...storage.database import Database
from ..clock import Clock
from ..ids import Ids
from ..passwords import CONFIGURED
from ..services import Services
from .choices import ADMIN, USER
from .collectors import Collectors
from .jobs import Jobs
from .lookup_tables import LookupTables

FILE = "sycope.db"
SCHEMAS = ("accounts", "sycope")


@dataclass(frozen=True, slots=True)
class Sycope:
    """One world's Sycope."""

    services: Services
    clock: Clock
    ids: Ids
    database: Database
    accounts: Accounts
    lookups: LookupTables
    collectors: Collectors
    jobs: Jobs

    @classmethod
    def open(cls, folder: Path, services: Services, clock: Clock, ids: Ids) -> "Sycope":
        """Open the Sycope in a world's folder; made with its administrator and its two roles where there is none."""
        database = Database(folder / FILE, SCHEMAS, durable=not services.config.ephemeral)
        if not database.read("SELECT 1 FROM role LIMIT 1"):
            _found(database, services.config.sycope_user, ids)
        return cls(
            services,
            clock,
            ids,
            database,
            Accounts(database),
            LookupTables(database),
            Collectors(services.config),
            Jobs(services.config, services.workers, folder),
        )

    def copy_to(self, folder: Path) -> None:
        """Write a copy of all state into another world's folder."""
        self.database.copy_to(folder / FILE)

    def close(self) -> None:
        """End the queries and close the database; everything but their results stays on disk."""
        self.jobs.close()
        self.database.close()


def _found(database: Database, name: str, ids: Ids) -> None:
    """The administrator that the configuration names, and the roles that clients give permissions to."""
    roles = [Role(iden=role, name=role) for role in (ADMIN, USER)]
    admin = User(iden=ids.guid(), name=name, admin=True, secret=CONFIGURED, roles=(ADMIN, USER))
    with database.write() as connection:
        Accounts.found(connection, users=[admin], roles=roles)
