"""What calls of each web framework mean for its routers; one module a family of frameworks."""
