"""Every knob of the simulator, turned against the real client and the real webhook view.

A test is named <knob>__<what our engine does>; test_every_knob.py counts them.
"""

from __future__ import annotations
