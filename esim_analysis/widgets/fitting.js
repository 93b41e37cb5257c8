// Plotly measures a figure before JupyterLab has put it on the page, and looks again
// only when the window changes: tell it whenever the place itself changes.

function render({ el }) {
  const watcher = new ResizeObserver(() => window.dispatchEvent(new Event("resize")));
  watcher.observe(el);
  return () => watcher.disconnect();
}

export default { render };
