"""How Stripe says no: a status, a type, a code, words, and the parameter it is about."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response


class Refused(Exception):
    """kept: the same idempotency key is told the same again; not so for what stopped before the work began."""

    def __init__(
        self,
        words: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str = "",
        param: str = "",
        kept: bool = True,
    ) -> None:
        super().__init__(words)
        self.words, self.status, self.kind, self.code, self.param = words, status, kind, code, param
        self.kept = kept

    @property
    def body(self) -> dict[str, object]:
        error = {"message": self.words, "type": self.kind, "code": self.code, "param": self.param}
        return {"error": {name: value for name, value in error.items() if value}}


async def answer(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return JSONResponse(error.body, error.status)
