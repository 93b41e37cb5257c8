"""One JavaScript view over one small cube, in three hosts.

`cube` sums an analysis; `script_and_data` puts cube and view into a page somebody
else lays out; `page` is a page of its own; `live` is the same view in a running
notebook (imported only there).

The view draws its own SVG: certainty needs hatches and outlines in every colour,
print and dark need CSS, screen readers need titles, and a page stays below
150 kB of script and data. No chart library is shipped.
"""

from esim_analysis.explorer.cube import Cube, Share, cube
from esim_analysis.explorer.standalone import EmbeddedView, page, script_and_data

__all__ = ["Cube", "EmbeddedView", "Share", "cube", "page", "script_and_data"]
