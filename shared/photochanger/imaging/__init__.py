"""Pictures as untrusted bytes: checked, stripped, converted; the only place that knows image libraries."""
