// Learns XOR on an ATmega328P, the chip of an Arduino Uno, and tells what it learned
// over the serial line. Built and run in a simulator by these lines:
//
//     bpgen emit --lang c --library --float chip.yaml -o chip.h
//     avr-gcc -std=c11 -Os -mmcu=atmega328p -DF_CPU=16000000UL main.c -lm -o chip.elf
//     simavr -m atmega328p -f 16000000 chip.elf
#define CHIP_IMPLEMENTATION
#include "chip.h"

#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>

static void say(const char *text) {
  for (; *text != 0; text++) {
    while (!(UCSR0A & (1 << UDRE0))) {
    }
    UDR0 = (uint8_t)*text;
  }
}

// A number from 0 up to 10 with four decimals: printf would take 3 KB more.
static void say_number(float number) {
  char digits[] = " 0.0000";
  long rest = (long)(number * 10000.0f + 0.5f);
  for (int place = 6; place > 0; place -= place == 3 ? 2 : 1) {
    digits[place] = (char)('0' + rest % 10);
    rest /= 10;
  }
  say(digits);
}

int main(void) {
  static const float inputs[] = {0, 0, 0, 1, 1, 0, 1, 1};
  static const float targets[] = {0, 1, 1, 0};
  UCSR0A = 1 << U2X0;
  UBRR0 = 34; // 57,600 baud of 16 MHz
  UCSR0B = 1 << TXEN0;
  Chip *net = chip_new(CHIP_SEED);
  float loss = 0.0f;
  TCCR1B = 1 << CS12 | 1 << CS10; // count 15,625 in a second, for four of them
  if (net == NULL || chip_train(net, inputs, targets, 4, CHIP_EPOCHS, NULL, NULL,
                                &loss) != CHIP_OK) {
    say("it did not learn\n");
  } else {
    const float seconds = (float)TCNT1 / 15625.0f;
    say("seconds");
    say_number(seconds);
    say("\nloss");
    say_number(loss);
    say("\noutputs");
    for (int k = 0; k < 4; k++) {
      float output = 0.0f;
      chip_predict(net, inputs + 2 * k, &output);
      say_number(output);
    }
    say("\n");
  }
  cli();
  sleep_enable();
  sleep_cpu(); // for ever; a simulator ends here
}
