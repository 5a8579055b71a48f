"""Trains the spine network: phantom slices and SPIDER slices in, ONNX weights and model card out."""
