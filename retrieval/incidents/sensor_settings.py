"""What an operator may tune about the sensor."""

from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field


class SensorSettings(BaseModel):
    """When a rise of questions about one component is proposed as an incident."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    watching: bool = True
    """Look at all; questions are counted either way, so that turning it on needs no new history."""
    false_alarms_per_week: float = Field(0.5, gt=0, le=50)
    """Proposals without a cause that may be expected in a week, over all components together."""
    rise: float = Field(2.0, ge=1.1)
    """Times the usual rate that a rise must reach, however certain it is."""
    fewest: int = Field(5, ge=2)
    """Conversations that a proposal needs at least: a few people are no outage yet."""
    spread: float = Field(0.2, gt=0, le=1)
    """How much the rate of an ordinary hour differs from week to week at least (0.2 = 20 %);
    more, if the history shows more."""
    weeks: int = Field(8, ge=2, le=26)
    """History that the usual rate is learned from."""
    half_life_weeks: float = Field(2.0, gt=0)
    """A week this old counts half as much as the present one."""
    history_hours: int = Field(48, ge=0)
    """Nothing is proposed before it has watched for so long."""
    quiet: timedelta = timedelta(hours=2)
    """A rise that returns within this time belongs to the same outage and opens no new proposal."""
    look_seconds: float = Field(20.0, gt=0)
    """Pause between two looks."""
