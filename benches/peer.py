"""The PyTorch side of benches/passes.rs: GPT-2 of 124M parameters, random weights, eager attention, outputs kept.

Reads a question a line (`pass N`, `decode`), answers with the milliseconds it took.
"""

import sys
import time

import torch
from transformers import GPT2Config, GPT2LMHeadModel

torch.set_num_threads(2)
torch.manual_seed(1)
model = GPT2LMHeadModel(GPT2Config(attn_implementation="eager")).eval()
past = None

with torch.inference_mode():
    for line in sys.stdin:
        words = line.split()
        if words[0] == "pass":
            ids = torch.tensor([[(i * 7919 + 13) % 50257 for i in range(int(words[1]))]])
            start = time.perf_counter()
            model(ids, output_attentions=True, output_hidden_states=True, use_cache=False)
        else:
            if past is None:
                ids = torch.tensor([[(i * 7919 + 13) % 50257 for i in range(128)]])
                past = model(ids, use_cache=True).past_key_values
            start = time.perf_counter()
            past = model(torch.tensor([[5]]), past_key_values=past, use_cache=True, output_attentions=True).past_key_values
        print((time.perf_counter() - start) * 1e3, flush=True)
