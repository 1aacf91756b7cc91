"""What has a run kept on the disk, is it whole, and what is left to play?"""

__all__ = ["carried", "journal", "left", "parts", "whole"]
