"""The answer that most 2.x actions share: a status, and why."""

from ocppscope.inspect.summaries.line import Summary, line

STATUS: Summary = line("{status}", "{statusInfo.reasonCode}", "{statusInfo.additionalInfo}")
