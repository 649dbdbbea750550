"""${{ variables.description }}."""
