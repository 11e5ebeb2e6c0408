"""The session layer and the local lab server behind Session Inspector."""
