"""What coding agents get: installation, the gate, the MCP server, costs."""
