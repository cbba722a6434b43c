// Tutorial code: nested arrays, loops over indices, a method for each way: TASK.

import { matrices, measure } from '../drivers/measure.mjs';

const zeros = (matrix) => matrix.map((row) => row.map(() => 0.0));

class Naive {
  constructor(task) {
    const [, , , activation, loss, batch, rate] = task.shape;
    this.activation = activation;
    this.loss = loss;
    this.batch = Number(batch);
    this.rate = Number(rate);
    [this.w1, this.b1, this.w2, this.b2] = matrices(task);
    this.clear();
  }

  clear() {
    this.dw1 = zeros(this.w1);
    this.db1 = this.b1.map(() => 0.0);
    this.dw2 = zeros(this.w2);
    this.db2 = this.b2.map(() => 0.0);
  }

  forward(x) {
    this.h = [];
    for (let j = 0; j < this.w1.length; j++) {
      let z = this.b1[j];
      for (let i = 0; i < x.length; i++) z += this.w1[j][i] * x[i];
      const tanh = this.activation === 'tanh';
      this.h.push(tanh ? Math.tanh(z) : 1.0 / (1.0 + Math.exp(-z)));
    }
    this.o = [];
    for (let k = 0; k < this.w2.length; k++) {
      let z = this.b2[k];
      for (let j = 0; j < this.h.length; j++) z += this.w2[k][j] * this.h[j];
      this.o.push(z);
    }
    if (this.loss === 'softmax_cross_entropy') {
      const largest = Math.max(...this.o);
      this.o = this.o.map((z) => Math.exp(z - largest));
      const total = this.o.reduce((sum, e) => sum + e, 0.0);
      this.o = this.o.map((e) => e / total);
    } else {
      this.o = this.o.map((z) => 1.0 / (1.0 + Math.exp(-z)));
    }
  }

  backward(t) {
    this.d2 = [];
    for (let k = 0; k < this.o.length; k++) {
      let d = this.o[k] - t[k];
      if (this.loss === 'half_squared_error') d *= this.o[k] * (1.0 - this.o[k]);
      if (this.loss === 'sigmoid_cross_entropy') d /= this.o.length;
      this.d2.push(d);
    }
    this.d1 = [];
    for (let j = 0; j < this.h.length; j++) {
      let e = 0.0;
      for (let k = 0; k < this.d2.length; k++) e += this.w2[k][j] * this.d2[k];
      const a = this.h[j];
      this.d1.push(e * (this.activation === 'tanh' ? 1.0 - a * a : a * (1.0 - a)));
    }
  }

  // An update with one sample.
  step(x) {
    for (let k = 0; k < this.w2.length; k++) {
      for (let j = 0; j < this.h.length; j++) {
        this.w2[k][j] -= this.rate * this.d2[k] * this.h[j];
      }
      this.b2[k] -= this.rate * this.d2[k];
    }
    for (let j = 0; j < this.w1.length; j++) {
      for (let i = 0; i < x.length; i++) {
        this.w1[j][i] -= this.rate * this.d1[j] * x[i];
      }
      this.b1[j] -= this.rate * this.d1[j];
    }
  }

  // The gradients of one sample, to those of the batch.
  add(x) {
    for (let k = 0; k < this.w2.length; k++) {
      for (let j = 0; j < this.h.length; j++) this.dw2[k][j] += this.d2[k] * this.h[j];
      this.db2[k] += this.d2[k];
    }
    for (let j = 0; j < this.w1.length; j++) {
      for (let i = 0; i < x.length; i++) this.dw1[j][i] += this.d1[j] * x[i];
      this.db1[j] += this.d1[j];
    }
  }

  // An update with the gradients of a batch.
  update(rate) {
    for (let k = 0; k < this.w2.length; k++) {
      for (let j = 0; j < this.w2[k].length; j++) {
        this.w2[k][j] -= rate * this.dw2[k][j];
      }
      this.b2[k] -= rate * this.db2[k];
    }
    for (let j = 0; j < this.w1.length; j++) {
      for (let i = 0; i < this.w1[j].length; i++) {
        this.w1[j][i] -= rate * this.dw1[j][i];
      }
      this.b1[j] -= rate * this.db1[j];
    }
  }

  prepared(inputs, targets) {
    return [inputs, targets];
  }

  train([inputs, targets], epochs) {
    for (let epoch = 0; epoch < epochs; epoch++) {
      for (let s = 0; s < inputs.length; s++) {
        this.forward(inputs[s]);
        this.backward(targets[s]);
        if (this.batch === 1) {
          this.step(inputs[s]);
          continue;
        }
        this.add(inputs[s]);
        if ((s + 1) % this.batch === 0) {
          this.update(this.rate / this.batch);
          this.clear();
        }
      }
    }
  }

  numbers() {
    return [...this.w1.flat(), ...this.b1, ...this.w2.flat(), ...this.b2];
  }
}

await measure(async (task) => new Naive(task));
