"""Tests: unit, integration, browser; fakes are the servers they talk to on loopback."""
