"""Starts, prepares and stops what one installation consists of."""

from reception.launcher.attaching import attached as attached
from reception.launcher.refusals import Refused as Refused
