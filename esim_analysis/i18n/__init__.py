"""Every sentence a person reads, in English, Spanish and Chinese; numbers and dates in their style."""

from esim_analysis.i18n.catalogue import LANGUAGES, keys, text
from esim_analysis.i18n.words import Words

__all__ = ["LANGUAGES", "Words", "keys", "text"]
