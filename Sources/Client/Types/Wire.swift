/// What goes over the wire: JSON's member names are the property names. Values only; the rules are elsewhere.
public enum Wire {}
