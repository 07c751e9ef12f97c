// Nothing: what Deno itself costs.
