"""What a model server's failure means: one line for people, and whether to try again.

Owns: the words, which setting to look at.
Does not own: the client's own errors (llm), waiting (patience).
"""

from store.errors import ModelError

ADVICE = {
    401: "it refused the key",
    402: "the account has no credit",
    403: "it refused the key for this",
    404: "it knows no such model or address",
    413: "the text is too long for it",
    429: "too many requests",
}
SETTINGS = {401: "api_key", 403: "api_key", 404: "model and base_url"}


class Failed(ModelError):
    """A server failed to answer.

    `status` is its HTTP status, 0 when there was none; `code` and `said` are its own words, free of the key;
    `wait_s` are the seconds it asks to wait, None when it doesn't say. `lost` says that it was at work on an answer
    that never arrived, which may cost all the same.
    """

    def __init__(
        self,
        text: str,
        *,
        retry: bool,
        status: int = 0,
        code: str = "",
        said: str = "",
        wait_s: float | None = None,
        lost: bool = False,
    ) -> None:
        super().__init__(text, retry=retry)
        self.status, self.code, self.said, self.wait_s, self.lost = status, code, said, wait_s, lost
        self.hopeless = status in SETTINGS or code == "insufficient_quota"

    @property
    def refused_form(self) -> bool:
        """Whether the server may accept the same words in a request of another form."""
        if self.status not in (400, 415, 422) or self.code in ("context_length_exceeded", "content_filter"):
            return False
        return "context length" not in self.said and "too long" not in self.said


def answered(host: str, table: str, status: int, code: str, said: str, wait_s: float | None = None) -> Failed:
    """The failure that an HTTP status stands for; `table` is the one whose settings made the call, "llm" or so."""
    retry = status >= 500 or status in (408, 409, 429)
    known = status
    if code == "insufficient_quota":
        known, retry = 402, False
    advice = ADVICE.get(known, "it failed" if retry else "it refused the request")
    check = f", check {SETTINGS[known]} in [{table}]" if known in SETTINGS else ""
    text = f"{host} answered {status}: {advice}{check} ({said})"
    return Failed(text, retry=retry, status=status, code=code, said=said, wait_s=wait_s)
