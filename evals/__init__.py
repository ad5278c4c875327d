"""How well does it do: measurements that write `docs/results/<name>.json`."""
