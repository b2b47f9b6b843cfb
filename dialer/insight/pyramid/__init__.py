"""The collections pyramid: how paid time turns into money, level by level and group by group."""
