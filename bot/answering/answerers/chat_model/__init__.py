"""Answers written by any LangChain chat model, from the passages it is given and nothing else."""

from bot.answering.answerers.chat_model.answerer import ChatModelAnswerer, build

__all__ = ["ChatModelAnswerer", "build"]
