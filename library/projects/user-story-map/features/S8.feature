Feature: S8 See the day
${% if variables.forms == "rules" %}
  Rule: The list is what will happen, not what was planned
${% endif %}
  Scenario: Bookings and gaps in their order
    Given bookings at 9:00 and 11:00, and a canceled one at 10:00
    When the ${{ variables.personas | last }} opens the day
    Then 9:00, a gap and 11:00 are listed

  @refusal
  Scenario: Another place's day
    Given a ${{ variables.personas | last }} of another place
    When they ask for this day
    Then they are refused
