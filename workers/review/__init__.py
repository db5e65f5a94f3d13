"""The verdict: CHECKS over a delivery, problems, scores and coverage."""
