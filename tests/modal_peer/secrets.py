"""Keeps secrets, which are variables that a function or sandbox finds in its environment."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from modal_proto import api_pb2

from tests.modal_peer.identifiers import new_id
from tests.modal_peer.rpc import Caller, answers, not_found


@dataclass
class Secrets:
    """Variables by the secret's id, and the ids of the secrets that have a name."""

    variables: dict[str, dict[str, str]] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)

    @answers("SecretGetOrCreate")
    async def get_or_create(
        self, request: api_pb2.SecretGetOrCreateRequest, caller: Caller
    ) -> api_pb2.SecretGetOrCreateResponse:
        name = request.deployment_name
        if name and request.object_creation_type == api_pb2.OBJECT_CREATION_TYPE_UNSPECIFIED:
            if name not in self.named:
                raise not_found(f"Secret '{name}' not found in environment 'main'.")
            secret_id = self.named[name]
        else:
            secret_id = new_id("st")
            self.variables[secret_id] = dict(request.env_dict)
            if name:
                self.named[name] = secret_id
        return api_pb2.SecretGetOrCreateResponse(
            secret_id=secret_id, metadata=api_pb2.SecretMetadata(name=name)
        )

    def environment(self, secret_ids: Iterable[str]) -> dict[str, str]:
        """Return the variables of these secrets; the later one wins."""
        found: dict[str, str] = {}
        for secret_id in secret_ids:
            found |= self.variables[secret_id]
        return found

    def from_sources(self, sources: Iterable[api_pb2.SecretSource]) -> dict[str, str]:
        """Return the variables of secrets given by id or in full; the later one wins."""
        found: dict[str, str] = {}
        for source in sources:
            found |= dict(source.env.contents) or self.environment([source.secret_id])
        return found
