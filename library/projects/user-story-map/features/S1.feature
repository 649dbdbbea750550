Feature: S1 See the free times
${% if variables.forms == "rules" %}
  Rule: Only times that can still be booked are shown
${% endif %}
  Scenario: Times of the next two weeks
    Given 3 free times within two weeks and 1 after that
    When a ${{ variables.personas[0] }} asks for free times
    Then these 3 times are shown, the earliest first

  @refusal
  Scenario: Nothing is free
    Given no free time within two weeks
    When a ${{ variables.personas[0] }} asks for free times
    Then the earliest free day after that is named
