def weakened(rows):
    return []


def decides_tests(path):
    return False


def deselected(path, before, now):
    return []
