"""Classes that stand in, in a script, for those of libraries the renderer has not."""

from typing import Final

VOICEOVER_SCENE: Final = '''
class VoiceoverScene(Scene):
    """Waits as long as a speaker would need; nothing is said."""

    def set_speech_service(self, *args, **kwargs):
        pass

    def wait_until_bookmark(self, *args, **kwargs):
        pass

    def safe_wait(self, duration):
        if duration > 0.05:
            self.wait(duration)

    def voiceover(self, text="", *args, **kwargs):
        return _Voiceover(self, max(1.0, len(str(text).split()) / 2.5))


class _Voiceover:
    def __init__(self, scene, duration):
        self.scene = scene
        self.duration = duration
        self.end = scene.time + duration

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if error[0] is None:
            self.scene.safe_wait(self.end - self.scene.time)

    def get_remaining_duration(self, *args, **kwargs):
        return max(0.1, self.end - self.scene.time)

    def time_until_bookmark(self, *args, **kwargs):
        return 0.5
'''

SLIDE: Final = '''
class Slide(Scene):
    """Goes on by itself where a speaker would."""

    wait_time_between_slides = 0.0

    def next_slide(self, *args, **kwargs):
        self.wait(1)

    start_loop = end_loop = next_slide

    def add_to_canvas(self, **kwargs):
        pass

    def remove_from_canvas(self, *names):
        pass

    @property
    def mobjects_without_canvas(self):
        return list(self.mobjects)

    def wipe(self, current=(), future=(), *args, **kwargs):
        animations = [FadeOut(each, shift=LEFT) for each in _listed(current)]
        animations += [FadeIn(each, shift=LEFT) for each in _listed(future)]
        if animations:
            self.play(*animations)

    zoom = wipe


def _listed(mobjects):
    return [mobjects] if isinstance(mobjects, Mobject) else list(mobjects or ())
'''

THREE_D_SLIDE: Final = """
class ThreeDSlide(Slide, ThreeDScene):
    pass
"""

GRAPH_SCENE: Final = '''
class GraphScene(Scene):
    """Has the axes that older scenes drew their graphs on."""

    x_min, x_max, x_axis_width, x_tick_frequency = -1, 10, 9, 1
    y_min, y_max, y_axis_height, y_tick_frequency = -1, 10, 6, 1
    x_axis_label, y_axis_label = "x", "y"
    x_labeled_nums = y_labeled_nums = None
    graph_origin = 2.5 * DOWN + 4 * LEFT
    axes_color = GREY
    default_graph_colors = [BLUE, GREEN, YELLOW]

    def setup_axes(self, animate=False, **kwargs):
        self.axes = Axes(
            x_range=[self.x_min, self.x_max, self.x_tick_frequency],
            y_range=[self.y_min, self.y_max, self.y_tick_frequency],
            x_length=min(self.x_axis_width, 12),
            y_length=min(self.y_axis_height, 6.5),
            axis_config={"color": self.axes_color},
        )
        for axis, numbers in ((self.axes.x_axis, self.x_labeled_nums),
                              (self.axes.y_axis, self.y_labeled_nums)):
            if numbers is not None and len(list(numbers)):
                axis.add_numbers(numbers)
        self.x_axis, self.y_axis = self.axes.x_axis, self.axes.y_axis
        labels = self.axes.get_axis_labels(
            Tex(str(self.x_axis_label)).scale(0.8), Tex(str(self.y_axis_label)).scale(0.8)
        )
        self.x_axis_label_mob, self.y_axis_label_mob = labels
        self.axes.add(labels)
        if animate:
            self.play(Create(self.axes))
        else:
            self.add(self.axes)

    def get_graph(self, func, color=BLUE, x_min=None, x_max=None, **kwargs):
        ends = [self.x_min if x_min is None else x_min, self.x_max if x_max is None else x_max]
        graph = self.axes.plot(func, x_range=ends, color=color)
        graph.underlying_function = func
        return graph

    def coords_to_point(self, x, y):
        return self.axes.coords_to_point(x, y)

    def point_to_coords(self, point):
        return self.axes.point_to_coords(point)

    def input_to_graph_point(self, x, graph):
        return self.axes.coords_to_point(x, graph.underlying_function(x))

    def get_graph_label(self, graph, label="f(x)", x_val=None, direction=RIGHT, color=None,
                        buff=0.2, **kwargs):
        return self.axes.get_graph_label(graph, label, x_val, direction, buff, color)

    def get_vertical_line_to_graph(self, x, graph, line_class=Line, color=WHITE, **kwargs):
        ends = self.axes.coords_to_point(x, 0), self.input_to_graph_point(x, graph)
        return line_class(*ends, color=color)

    def get_vertical_lines_to_graph(self, graph, x_min=None, x_max=None, num_lines=10, **kwargs):
        places = np.linspace(self.x_min if x_min is None else x_min,
                             self.x_max if x_max is None else x_max, num_lines)
        return VGroup(*[self.get_vertical_line_to_graph(x, graph) for x in places])

    def get_riemann_rectangles(self, graph, x_min=None, x_max=None, dx=0.5, **kwargs):
        ends = [self.x_min if x_min is None else x_min, self.x_max if x_max is None else x_max]
        return self.axes.get_riemann_rectangles(graph, ends, dx, fill_opacity=0.7)

    def get_area(self, graph, t_min=None, t_max=None, **kwargs):
        ends = [self.x_min if t_min is None else t_min, self.x_max if t_max is None else t_max]
        return self.axes.get_area(graph, ends)

    def slope_of_tangent(self, x, graph):
        return np.tan(self.angle_of_tangent(x, graph))

    def angle_of_tangent(self, x, graph, dx=0.01):
        return angle_of_vector(self.input_to_graph_point(x + dx, graph)
                               - self.input_to_graph_point(x, graph))
'''

MISSING_PICTURE: Final = '''
def missing_picture(name):
    """Stands where a picture would that is not there."""
    box = RoundedRectangle(corner_radius=0.2, width=3, height=2, color=GREY)
    label = Text(str(name).rsplit("/", 1)[-1], font_size=24)
    if label.width > 2.6:
        label.scale_to_fit_width(2.6)
    return VGroup(box, label)
'''

IN_SPACE_NAME: Final = "in_space"
IN_SPACE: Final = '''
def in_space(place):
    """Give a point of the plane its third coordinate; leave what is no array of two numbers."""
    try:
        numbers = np.asarray(place, dtype=float).ravel()
    except (TypeError, ValueError):
        return place
    return np.append(numbers, 0.0) if len(numbers) == 2 else place
'''

KEPT_ON_FRAME: Final = '''
def keep_on_frame(mobject, margin=0.3):
    """Make a mobject as large as the frame at most, and move it into it."""
    width, height = config.frame_width - 2 * margin, config.frame_height - 2 * margin
    if mobject.width > width or mobject.height > height:
        mobject.scale(min(width / max(mobject.width, 1e-6), height / max(mobject.height, 1e-6)))
    x, y = mobject.get_center()[:2]
    far_x = max(0, (width - mobject.width) / 2)
    far_y = max(0, (height - mobject.height) / 2)
    mobject.shift([np.clip(x, -far_x, far_x) - x, np.clip(y, -far_y, far_y) - y, 0])
    return mobject
'''

BY_CLASS: Final = {
    "VoiceoverScene": (VOICEOVER_SCENE,),
    "Slide": (SLIDE,),
    "ThreeDSlide": (SLIDE, THREE_D_SLIDE),
    "GraphScene": (GRAPH_SCENE,),
}
"""What to write into a script that builds on one of these."""
