"""What people say about a result: levels, points, edema, rejections, facts, and their signature."""

from vcfimg.reviews.apply import CORRECTION_LOST, Reviewed, apply, facts_in_force
from vcfimg.reviews.review import Review, ReviewAnchor, in_force, undo

__all__ = ["CORRECTION_LOST", "Review", "ReviewAnchor", "Reviewed", "apply", "facts_in_force", "in_force", "undo"]
