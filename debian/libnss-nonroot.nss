passwd last nonroot
group last nonroot
