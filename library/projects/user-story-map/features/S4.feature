Feature: S4 Book a free time
${% if variables.forms == "rules" %}
  Rule: A time belongs to whoever confirmed it first
${% endif %}
  Scenario: A free time is booked
    Given Tuesday 10:00 is free
    When a ${{ variables.personas[0] }} books it with name and number
    Then Tuesday 10:00 belongs to them
    And a confirmation is sent to that number

  @refusal
  Scenario: Somebody else was quicker
    Given a ${{ variables.personas[0] }} who looks at Tuesday 10:00
    And somebody else books Tuesday 10:00
    When the ${{ variables.personas[0] }} books it
    Then they are told that it is taken
    And the two nearest free times are offered

  @refusal
  Scenario Outline: Numbers that cannot be reached
    Given Tuesday 10:00 is free
    When a ${{ variables.personas[0] }} books it with the number "<number>"
    Then they are asked for <what>

    Examples:
      | number   | what               |
      |          | a number           |
      | 12       | the whole number   |
      | +49 abc  | digits only        |
