"""The workbench: knobs as sliders and answers beside them, in a notebook."""
