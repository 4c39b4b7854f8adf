"""Improving a text by rule: what an editor would look for, and the mends that need nothing but what the draft knows.

A check looks at a text and gives back None or one finding. Nothing that a person wrote is taken away but exact
repetitions and words without weight; every placeholder stays.
"""
