"""Can a model that is wrong, sloppy or hostile do harm, and does a right one get its way?"""
