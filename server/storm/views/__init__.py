"""Views and layers as libraries and commands handle them."""
