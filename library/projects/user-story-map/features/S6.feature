Feature: S6 Cancel
${% if variables.forms == "rules" %}
  Rule: Until two hours before, canceling is free and frees the time
${% endif %}
  Scenario Outline: In time and too late
    Given a booking at 10:00
    When the ${{ variables.personas[0] }} cancels at <at>
    Then the booking is <booking>
    And the time is <time>

    Examples:
      | at    | booking  | time  |
      | 07:59 | canceled | free  |
      | 08:00 | canceled | free  |
      | 08:01 | kept     | taken |

  @refusal
  Scenario: A booking of somebody else
    Given a booking of another ${{ variables.personas[0] }}
    When a ${{ variables.personas[0] }} cancels it with a guessed link
    Then the booking is kept
    And nothing about it is told
