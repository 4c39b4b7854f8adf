"""Names that Vapi knows (types of its library list them): language models, the first one preferred, and so on."""

MODELS = {
    "google": (
        *("gemini-3.5-flash", "gemini-3.1-flash-lite", "gemini-3-flash-preview", "gemini-2.5-pro", "gemini-2.5-flash"),
        *("gemini-2.5-flash-lite", "gemini-2.0-flash", "gemini-2.0-flash-lite"),
    ),
    "openai": (
        *("gpt-5.6-terra", "gpt-5.6-sol", "gpt-5.6-luna", "gpt-6-luna", "gpt-5.5", "gpt-5.4", "gpt-5.4-mini"),
        *("gpt-5.4-nano", "gpt-5.2", "gpt-5.1", "gpt-5", "gpt-5-mini", "gpt-5-nano", "gpt-4.1", "gpt-4.1-mini"),
        *("gpt-4.1-nano", "gpt-4o", "gpt-4o-mini", "o3", "o3-mini", "o4-mini"),
    ),
    "anthropic": ("claude-sonnet-5", "claude-sonnet-4-6", "claude-opus-4-6", "claude-haiku-4-5-20251001"),
}
SPEECH = (
    *("eleven_multilingual_v2", "eleven_turbo_v2", "eleven_turbo_v2_5", "eleven_flash_v2", "eleven_flash_v2_5"),
    *("eleven_monolingual_v1", "eleven_v3", "eleven_v4_turbo"),
)
LANGUAGES = (
    *("bg", "ca", "cs", "da", "da-DK", "de", "de-CH", "el", "en", "en-AU", "en-GB", "en-IN", "en-NZ", "en-US", "es"),
    *("es-419", "et", "fi", "fr", "fr-CA", "hi", "hu", "id", "it", "ja", "ko", "ko-KR", "lt", "lv", "ms", "nl"),
    *("nl-BE", "no", "pl", "pt", "pt-BR", "ro", "ru", "sk", "sv", "sv-SE", "ta", "th", "th-TH", "tr", "uk", "vi", "zh"),
    *("zh-CN", "zh-Hans", "zh-Hant", "zh-TW"),
)
