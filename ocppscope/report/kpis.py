"""The performance figures of a report: those of everything, or of what a filter lets pass."""

from ocppscope.kpi.figures import Figure, Waiting, figure_of
from ocppscope.kpi.measure import MEASURES, RESPONSE_OF_CSMS, RESPONSE_OF_STATION, Measure
from ocppscope.kpi.sample import Sample
from ocppscope.kpi.tally import Tally
from ocppscope.report.reading import Reading


def figures(reading: Reading) -> list[Figure]:
    """The certificate's figures, in its order, those without samples, too."""
    if reading.selection.expression is None:
        return reading.inspector.kpis.figures()
    return [_of_matching(reading, measure) for measure in MEASURES]


def other_figures(reading: Reading) -> list[Figure]:
    """Figures that no certificate has, as far as they were seen."""
    return reading.inspector.kpis.other_figures() if reading.selection.expression is None else []


def samples(reading: Reading, measure: Measure) -> list[Sample]:
    """The samples of a measure that are kept; with a filter, those of which either message matches."""
    kept = reading.inspector.kpis.samples(measure)
    if reading.selection.expression is None:
        return kept
    return [sample for sample in kept if reading.selection.has(sample.trigger_record, sample.function_record)]


def _of_matching(reading: Reading, measure: Measure) -> Figure:
    """Of all responses that match; of functions, which are few, the samples that are kept."""
    tally, waiting = Tally(), Waiting()
    selection = reading.selection
    if measure in (RESPONSE_OF_STATION, RESPONSE_OF_CSMS):
        rows = [row for row in selection.response_times.rows() if row.dut is measure.dut]
        tally.distribution.absorb(selection.answers[measure.dut])
        tally.errors = sum(row.errors for row in rows)
        waiting = Waiting(late=sum(row.timeouts for row in rows))
    else:
        for sample in samples(reading, measure):
            if sample.counted:
                tally.count(sample.seconds, sample.limit, sample.proxy_share)
            else:
                tally.add(sample)
        tally.settle()
    applied = [profile for profile in reading.profiles if profile.dut is measure.dut]
    # Several products have several claims, and samples of all together can be held against none of them.
    return figure_of(measure, tally, applied[0] if len(applied) == 1 else None, waiting)
