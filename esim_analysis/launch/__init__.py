"""JupyterLab with the settings the notebooks need."""
