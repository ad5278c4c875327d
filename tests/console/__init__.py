"""Does what people look at in the terminal show what the gateway says?"""
