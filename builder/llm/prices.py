"""What an answer cost, by the table that genai-prices ships. Nothing is fetched."""

from functools import cache
from typing import TYPE_CHECKING

from builder.core.usage import Usage

if TYPE_CHECKING:
    from pydantic_ai.usage import RequestUsage


def counted(found: "RequestUsage", provider: str, model: str) -> Usage:
    """Tokens of one request as ours. `provider` as the price table calls it; blank: there is no price."""
    thinking = max(found.details.get(name, 0) for name in ("thoughts_tokens", "reasoning_tokens"))
    spent = found.input_tokens or found.output_tokens
    return Usage(
        input=found.input_tokens,
        cached=found.cache_read_tokens,
        thinking=thinking,
        output=found.output_tokens,
        cost=cost(found, provider, model) if spent else 0.0,
        model=model,
    )


def cost(found: "RequestUsage", provider: str, model: str) -> float | None:
    """US dollars; None when the table does not know the model, or the counts cannot be (more cached than sent)."""
    if not provider or not known(provider, model):
        return None
    from genai_prices import calc_price

    try:
        return float(calc_price(found, model, provider_id=provider).total_price)
    except ValueError:
        return None


@cache
def known(provider: str, model: str) -> bool:
    """Is there a price?"""
    from genai_prices import Usage as Tokens
    from genai_prices import calc_price

    try:
        calc_price(Tokens(), model, provider_id=provider)
    except LookupError:
        return False
    return True
