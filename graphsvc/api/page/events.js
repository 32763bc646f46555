function Se(e,n){if(typeof e!="object"||!e)return e;var r=e[Symbol.toPrimitive];if(r!==void 0){var o=r.call(e,n);if(typeof o!="object")return o;throw new TypeError("@@toPrimitive must return a primitive value.")}return(n==="string"?String:Number)(e)}function le(e){var n=Se(e,"string");return typeof n=="symbol"?n:n+""}function L(e,n){if(!(e instanceof n))throw new TypeError("Cannot call a class as a function")}function Q(e,n){for(var r=0;r<n.length;r++){var o=n[r];o.enumerable=o.enumerable||!1,o.configurable=!0,"value"in o&&(o.writable=!0),Object.defineProperty(e,le(o.key),o)}}function N(e,n,r){return n&&Q(e.prototype,n),r&&Q(e,r),Object.defineProperty(e,"prototype",{writable:!1}),e}function D(e){return D=Object.setPrototypeOf?Object.getPrototypeOf.bind():function(n){return n.__proto__||Object.getPrototypeOf(n)},D(e)}function fe(){try{var e=!Boolean.prototype.valueOf.call(Reflect.construct(Boolean,[],function(){}))}catch{}return(fe=function(){return!!e})()}function Ce(e){if(e===void 0)throw new ReferenceError("this hasn't been initialised - super() hasn't been called");return e}function we(e,n){if(n&&(typeof n=="object"||typeof n=="function"))return n;if(n!==void 0)throw new TypeError("Derived constructors may only return object or undefined");return Ce(e)}function P(e,n,r){return n=D(n),we(e,fe()?Reflect.construct(n,r||[],D(e).constructor):n.apply(e,r))}function X(e,n){return X=Object.setPrototypeOf?Object.setPrototypeOf.bind():function(r,o){return r.__proto__=o,r},X(e,n)}function B(e,n){if(typeof n!="function"&&n!==null)throw new TypeError("Super expression must either be null or a function");e.prototype=Object.create(n&&n.prototype,{constructor:{value:e,writable:!0,configurable:!0}}),Object.defineProperty(e,"prototype",{writable:!1}),n&&X(e,n)}function Le(e){if(Array.isArray(e))return e}function Ne(e,n){var r=e==null?null:typeof Symbol<"u"&&e[Symbol.iterator]||e["@@iterator"];if(r!=null){var o,i,t,a,f=[],c=!0,d=!1;try{if(t=(r=r.call(e)).next,n===0){if(Object(r)!==r)return;c=!1}else for(;!(c=(o=t.call(r)).done)&&(f.push(o.value),f.length!==n);c=!0);}catch(_){d=!0,i=_}finally{try{if(!c&&r.return!=null&&(a=r.return(),Object(a)!==a))return}finally{if(d)throw i}}return f}}function ee(e,n){(n==null||n>e.length)&&(n=e.length);for(var r=0,o=Array(n);r<n;r++)o[r]=e[r];return o}function Oe(e,n){if(e){if(typeof e=="string")return ee(e,n);var r={}.toString.call(e).slice(8,-1);return r==="Object"&&e.constructor&&(r=e.constructor.name),r==="Map"||r==="Set"?Array.from(e):r==="Arguments"||/^(?:Ui|I)nt(?:8|16|32)(?:Clamped)?Array$/.test(r)?ee(e,n):void 0}}function ke(){throw new TypeError(`Invalid attempt to destructure non-iterable instance.
In order to be iterable, non-array objects must have a [Symbol.iterator]() method.`)}function De(e,n){return Le(e)||Ne(e,n)||Oe(e,n)||ke()}var V={black:"#000000",silver:"#C0C0C0",gray:"#808080",grey:"#808080",white:"#FFFFFF",maroon:"#800000",red:"#FF0000",purple:"#800080",fuchsia:"#FF00FF",green:"#008000",lime:"#00FF00",olive:"#808000",yellow:"#FFFF00",navy:"#000080",blue:"#0000FF",teal:"#008080",aqua:"#00FFFF",darkblue:"#00008B",mediumblue:"#0000CD",darkgreen:"#006400",darkcyan:"#008B8B",deepskyblue:"#00BFFF",darkturquoise:"#00CED1",mediumspringgreen:"#00FA9A",springgreen:"#00FF7F",cyan:"#00FFFF",midnightblue:"#191970",dodgerblue:"#1E90FF",lightseagreen:"#20B2AA",forestgreen:"#228B22",seagreen:"#2E8B57",darkslategray:"#2F4F4F",darkslategrey:"#2F4F4F",limegreen:"#32CD32",mediumseagreen:"#3CB371",turquoise:"#40E0D0",royalblue:"#4169E1",steelblue:"#4682B4",darkslateblue:"#483D8B",mediumturquoise:"#48D1CC",indigo:"#4B0082",darkolivegreen:"#556B2F",cadetblue:"#5F9EA0",cornflowerblue:"#6495ED",rebeccapurple:"#663399",mediumaquamarine:"#66CDAA",dimgray:"#696969",dimgrey:"#696969",slateblue:"#6A5ACD",olivedrab:"#6B8E23",slategray:"#708090",slategrey:"#708090",lightslategray:"#778899",lightslategrey:"#778899",mediumslateblue:"#7B68EE",lawngreen:"#7CFC00",chartreuse:"#7FFF00",aquamarine:"#7FFFD4",skyblue:"#87CEEB",lightskyblue:"#87CEFA",blueviolet:"#8A2BE2",darkred:"#8B0000",darkmagenta:"#8B008B",saddlebrown:"#8B4513",darkseagreen:"#8FBC8F",lightgreen:"#90EE90",mediumpurple:"#9370DB",darkviolet:"#9400D3",palegreen:"#98FB98",darkorchid:"#9932CC",yellowgreen:"#9ACD32",sienna:"#A0522D",brown:"#A52A2A",darkgray:"#A9A9A9",darkgrey:"#A9A9A9",lightblue:"#ADD8E6",greenyellow:"#ADFF2F",paleturquoise:"#AFEEEE",lightsteelblue:"#B0C4DE",powderblue:"#B0E0E6",firebrick:"#B22222",darkgoldenrod:"#B8860B",mediumorchid:"#BA55D3",rosybrown:"#BC8F8F",darkkhaki:"#BDB76B",mediumvioletred:"#C71585",indianred:"#CD5C5C",peru:"#CD853F",chocolate:"#D2691E",tan:"#D2B48C",lightgray:"#D3D3D3",lightgrey:"#D3D3D3",thistle:"#D8BFD8",orchid:"#DA70D6",goldenrod:"#DAA520",palevioletred:"#DB7093",crimson:"#DC143C",gainsboro:"#DCDCDC",plum:"#DDA0DD",burlywood:"#DEB887",lightcyan:"#E0FFFF",lavender:"#E6E6FA",darksalmon:"#E9967A",violet:"#EE82EE",palegoldenrod:"#EEE8AA",lightcoral:"#F08080",khaki:"#F0E68C",aliceblue:"#F0F8FF",honeydew:"#F0FFF0",azure:"#F0FFFF",sandybrown:"#F4A460",wheat:"#F5DEB3",beige:"#F5F5DC",whitesmoke:"#F5F5F5",mintcream:"#F5FFFA",ghostwhite:"#F8F8FF",salmon:"#FA8072",antiquewhite:"#FAEBD7",linen:"#FAF0E6",lightgoldenrodyellow:"#FAFAD2",oldlace:"#FDF5E6",magenta:"#FF00FF",deeppink:"#FF1493",orangered:"#FF4500",tomato:"#FF6347",hotpink:"#FF69B4",coral:"#FF7F50",darkorange:"#FF8C00",lightsalmon:"#FFA07A",orange:"#FFA500",lightpink:"#FFB6C1",pink:"#FFC0CB",gold:"#FFD700",peachpuff:"#FFDAB9",navajowhite:"#FFDEAD",moccasin:"#FFE4B5",bisque:"#FFE4C4",mistyrose:"#FFE4E1",blanchedalmond:"#FFEBCD",papayawhip:"#FFEFD5",lavenderblush:"#FFF0F5",seashell:"#FFF5EE",cornsilk:"#FFF8DC",lemonchiffon:"#FFFACD",floralwhite:"#FFFAF0",snow:"#FFFAFA",lightyellow:"#FFFFE0",ivory:"#FFFFF0"},ce=new Int8Array(4),j=new Int32Array(ce.buffer,0,1),Ie=new Float32Array(ce.buffer,0,1),Pe=/^\s*rgba?\s*\(/,Be=/^\s*rgba?\s*\(\s*([0-9]*)\s*,\s*([0-9]*)\s*,\s*([0-9]*)(?:\s*,\s*(.*)?)?\)\s*$/;function Ge(e){var n=0,r=0,o=0,i=1;if(e[0]==="#")e.length===4?(n=parseInt(e.charAt(1)+e.charAt(1),16),r=parseInt(e.charAt(2)+e.charAt(2),16),o=parseInt(e.charAt(3)+e.charAt(3),16)):(n=parseInt(e.charAt(1)+e.charAt(2),16),r=parseInt(e.charAt(3)+e.charAt(4),16),o=parseInt(e.charAt(5)+e.charAt(6),16)),e.length===9&&(i=parseInt(e.charAt(7)+e.charAt(8),16)/255);else if(Pe.test(e)){var t=e.match(Be);t&&(n=+t[1],r=+t[2],o=+t[3],t[4]&&(i=+t[4]))}return{r:n,g:r,b:o,a:i}}var k={};for(var x in V)k[x]=z(V[x]),k[V[x]]=k[x];function he(e,n,r,o,i){return j[0]=o<<24|r<<16|n<<8|e,j[0]=j[0]&4278190079,Ie[0]}function z(e){if(e=e.toLowerCase(),typeof k[e]<"u")return k[e];var n=Ge(e),r=n.r,o=n.g,i=n.b,t=n.a;t=t*255|0;var a=he(r,o,i,t);return k[e]=a,a}var W={};function de(e){if(typeof W[e]<"u")return W[e];var n=(e&16711680)>>>16,r=(e&65280)>>>8,o=e&255,i=255,t=he(n,r,o,i);return W[e]=t,t}function _n(e,n,r,o){return r+(n<<8)+(e<<16)}function mn(e,n,r,o,i,t){var a=Math.floor(r/t*i),f=Math.floor(e.drawingBufferHeight/t-o/t*i),c=new Uint8Array(4);e.bindFramebuffer(e.FRAMEBUFFER,n),e.readPixels(a,f,1,1,e.RGBA,e.UNSIGNED_BYTE,c);var d=De(c,4),_=d[0],E=d[1],T=d[2],p=d[3];return[_,E,T,p]}function S(e,n,r){return(n=le(n))in e?Object.defineProperty(e,n,{value:r,enumerable:!0,configurable:!0,writable:!0}):e[n]=r,e}function ne(e,n){var r=Object.keys(e);if(Object.getOwnPropertySymbols){var o=Object.getOwnPropertySymbols(e);n&&(o=o.filter(function(i){return Object.getOwnPropertyDescriptor(e,i).enumerable})),r.push.apply(r,o)}return r}function I(e){for(var n=1;n<arguments.length;n++){var r=arguments[n]!=null?arguments[n]:{};n%2?ne(Object(r),!0).forEach(function(o){S(e,o,r[o])}):Object.getOwnPropertyDescriptors?Object.defineProperties(e,Object.getOwnPropertyDescriptors(r)):ne(Object(r)).forEach(function(o){Object.defineProperty(e,o,Object.getOwnPropertyDescriptor(r,o))})}return e}function Ue(e,n){for(;!{}.hasOwnProperty.call(e,n)&&(e=D(e))!==null;);return e}function q(){return q=typeof Reflect<"u"&&Reflect.get?Reflect.get.bind():function(e,n,r){var o=Ue(e,n);if(o){var i=Object.getOwnPropertyDescriptor(o,n);return i.get?i.get.call(arguments.length<3?e:r):i.value}},q.apply(null,arguments)}function ve(e,n,r,o){var i=q(D(e.prototype),n,r);return typeof i=="function"?function(t){return i.apply(r,t)}:i}function ze(e){return e.normalized?1:e.size}function Y(e){var n=0;return e.forEach(function(r){return n+=ze(r)}),n}function _e(e,n,r){var o=e==="VERTEX"?n.VERTEX_SHADER:n.FRAGMENT_SHADER,i=n.createShader(o);if(i===null)throw new Error("loadShader: error while creating the shader");n.shaderSource(i,r),n.compileShader(i);var t=n.getShaderParameter(i,n.COMPILE_STATUS);if(!t){var a=n.getShaderInfoLog(i);throw n.deleteShader(i),new Error(`loadShader: error while compiling the shader:
`.concat(a,`
`).concat(r))}return i}function xe(e,n){return _e("VERTEX",e,n)}function Me(e,n){return _e("FRAGMENT",e,n)}function He(e,n){var r=e.createProgram();if(r===null)throw new Error("loadProgram: error while creating the program.");var o,i;for(o=0,i=n.length;o<i;o++)e.attachShader(r,n[o]);e.linkProgram(r);var t=e.getProgramParameter(r,e.LINK_STATUS);if(!t){var a=e.getProgramInfoLog(r);throw e.deleteProgram(r),new Error("loadProgram: error while linking the program: ".concat(a))}return r}function re(e){var n=e.gl,r=e.buffer,o=e.program,i=e.vertexShader,t=e.fragmentShader;n.deleteShader(i),n.deleteShader(t),n.deleteProgram(o),n.deleteBuffer(r)}var te=`#define PICKING_MODE
`,Ve=S(S(S(S(S(S(S(S({},WebGL2RenderingContext.BOOL,1),WebGL2RenderingContext.BYTE,1),WebGL2RenderingContext.UNSIGNED_BYTE,1),WebGL2RenderingContext.SHORT,2),WebGL2RenderingContext.UNSIGNED_SHORT,2),WebGL2RenderingContext.INT,4),WebGL2RenderingContext.UNSIGNED_INT,4),WebGL2RenderingContext.FLOAT,4),me=(function(){function e(n,r,o){L(this,e),S(this,"array",new Float32Array),S(this,"constantArray",new Float32Array),S(this,"capacity",0),S(this,"verticesCount",0);var i=this.getDefinition();if(this.VERTICES=i.VERTICES,this.VERTEX_SHADER_SOURCE=i.VERTEX_SHADER_SOURCE,this.FRAGMENT_SHADER_SOURCE=i.FRAGMENT_SHADER_SOURCE,this.UNIFORMS=i.UNIFORMS,this.ATTRIBUTES=i.ATTRIBUTES,this.METHOD=i.METHOD,this.CONSTANT_ATTRIBUTES="CONSTANT_ATTRIBUTES"in i?i.CONSTANT_ATTRIBUTES:[],this.CONSTANT_DATA="CONSTANT_DATA"in i?i.CONSTANT_DATA:[],this.isInstanced="CONSTANT_ATTRIBUTES"in i,this.ATTRIBUTES_ITEMS_COUNT=Y(this.ATTRIBUTES),this.STRIDE=this.VERTICES*this.ATTRIBUTES_ITEMS_COUNT,this.renderer=o,this.normalProgram=this.getProgramInfo("normal",n,i.VERTEX_SHADER_SOURCE,i.FRAGMENT_SHADER_SOURCE,null),this.pickProgram=r?this.getProgramInfo("pick",n,te+i.VERTEX_SHADER_SOURCE,te+i.FRAGMENT_SHADER_SOURCE,r):null,this.isInstanced){var t=Y(this.CONSTANT_ATTRIBUTES);if(this.CONSTANT_DATA.length!==this.VERTICES)throw new Error("Program: error while getting constant data (expected ".concat(this.VERTICES," items, received ").concat(this.CONSTANT_DATA.length," instead)"));this.constantArray=new Float32Array(this.CONSTANT_DATA.length*t);for(var a=0;a<this.CONSTANT_DATA.length;a++){var f=this.CONSTANT_DATA[a];if(f.length!==t)throw new Error("Program: error while getting constant data (one vector has ".concat(f.length," items instead of ").concat(t,")"));for(var c=0;c<f.length;c++)this.constantArray[a*t+c]=f[c]}this.STRIDE=this.ATTRIBUTES_ITEMS_COUNT}}return N(e,[{key:"kill",value:function(){re(this.normalProgram),this.pickProgram&&(re(this.pickProgram),this.pickProgram=null)}},{key:"getProgramInfo",value:function(r,o,i,t,a){var f=this.getDefinition(),c=o.createBuffer();if(c===null)throw new Error("Program: error while creating the WebGL buffer.");var d=xe(o,i),_=Me(o,t),E=He(o,[d,_]),T={};f.UNIFORMS.forEach(function(R){var A=o.getUniformLocation(E,R);A&&(T[R]=A)});var p={};f.ATTRIBUTES.forEach(function(R){p[R.name]=o.getAttribLocation(E,R.name)});var y;if("CONSTANT_ATTRIBUTES"in f&&(f.CONSTANT_ATTRIBUTES.forEach(function(R){p[R.name]=o.getAttribLocation(E,R.name)}),y=o.createBuffer(),y===null))throw new Error("Program: error while creating the WebGL constant buffer.");return{name:r,program:E,gl:o,frameBuffer:a,buffer:c,constantBuffer:y||{},uniformLocations:T,attributeLocations:p,isPicking:r==="pick",vertexShader:d,fragmentShader:_}}},{key:"bindProgram",value:function(r){var o=this,i=0,t=r.gl,a=r.buffer;this.isInstanced?(t.bindBuffer(t.ARRAY_BUFFER,r.constantBuffer),i=0,this.CONSTANT_ATTRIBUTES.forEach(function(f){return i+=o.bindAttribute(f,r,i,!1)}),t.bufferData(t.ARRAY_BUFFER,this.constantArray,t.STATIC_DRAW),t.bindBuffer(t.ARRAY_BUFFER,r.buffer),i=0,this.ATTRIBUTES.forEach(function(f){return i+=o.bindAttribute(f,r,i,!0)}),t.bufferData(t.ARRAY_BUFFER,this.array,t.DYNAMIC_DRAW)):(t.bindBuffer(t.ARRAY_BUFFER,a),i=0,this.ATTRIBUTES.forEach(function(f){return i+=o.bindAttribute(f,r,i)}),t.bufferData(t.ARRAY_BUFFER,this.array,t.DYNAMIC_DRAW)),t.bindBuffer(t.ARRAY_BUFFER,null)}},{key:"unbindProgram",value:function(r){var o=this;this.isInstanced?(this.CONSTANT_ATTRIBUTES.forEach(function(i){return o.unbindAttribute(i,r,!1)}),this.ATTRIBUTES.forEach(function(i){return o.unbindAttribute(i,r,!0)})):this.ATTRIBUTES.forEach(function(i){return o.unbindAttribute(i,r)})}},{key:"bindAttribute",value:function(r,o,i,t){var a=Ve[r.type];if(typeof a!="number")throw new Error('Program.bind: yet unsupported attribute type "'.concat(r.type,'"'));var f=o.attributeLocations[r.name],c=o.gl;if(f!==-1){c.enableVertexAttribArray(f);var d=this.isInstanced?(t?this.ATTRIBUTES_ITEMS_COUNT:Y(this.CONSTANT_ATTRIBUTES))*Float32Array.BYTES_PER_ELEMENT:this.ATTRIBUTES_ITEMS_COUNT*Float32Array.BYTES_PER_ELEMENT;if(c.vertexAttribPointer(f,r.size,r.type,r.normalized||!1,d,i),this.isInstanced&&t)if(c instanceof WebGL2RenderingContext)c.vertexAttribDivisor(f,1);else{var _=c.getExtension("ANGLE_instanced_arrays");_&&_.vertexAttribDivisorANGLE(f,1)}}return r.size*a}},{key:"unbindAttribute",value:function(r,o,i){var t=o.attributeLocations[r.name],a=o.gl;if(t!==-1&&(a.disableVertexAttribArray(t),this.isInstanced&&i))if(a instanceof WebGL2RenderingContext)a.vertexAttribDivisor(t,0);else{var f=a.getExtension("ANGLE_instanced_arrays");f&&f.vertexAttribDivisorANGLE(t,0)}}},{key:"reallocate",value:function(r){r!==this.capacity&&(this.capacity=r,this.verticesCount=this.VERTICES*r,this.array=new Float32Array(this.isInstanced?this.capacity*this.ATTRIBUTES_ITEMS_COUNT:this.verticesCount*this.ATTRIBUTES_ITEMS_COUNT))}},{key:"hasNothingToRender",value:function(){return this.verticesCount===0}},{key:"renderProgram",value:function(r,o){var i=o.gl,t=o.program;i.enable(i.BLEND),i.useProgram(t),this.setUniforms(r,o),this.drawWebGL(this.METHOD,o)}},{key:"render",value:function(r){this.hasNothingToRender()||(this.pickProgram&&(this.pickProgram.gl.viewport(0,0,r.width*r.pixelRatio/r.downSizingRatio,r.height*r.pixelRatio/r.downSizingRatio),this.bindProgram(this.pickProgram),this.renderProgram(I(I({},r),{},{pixelRatio:r.pixelRatio/r.downSizingRatio}),this.pickProgram),this.unbindProgram(this.pickProgram)),this.normalProgram.gl.viewport(0,0,r.width*r.pixelRatio,r.height*r.pixelRatio),this.bindProgram(this.normalProgram),this.renderProgram(r,this.normalProgram),this.unbindProgram(this.normalProgram))}},{key:"drawWebGL",value:function(r,o){var i=o.gl,t=o.frameBuffer;if(i.bindFramebuffer(i.FRAMEBUFFER,t),!this.isInstanced)i.drawArrays(r,0,this.verticesCount);else if(i instanceof WebGL2RenderingContext)i.drawArraysInstanced(r,0,this.VERTICES,this.capacity);else{var a=i.getExtension("ANGLE_instanced_arrays");a&&a.drawArraysInstancedANGLE(r,0,this.VERTICES,this.capacity)}}}])})(),je=(function(e){function n(){return L(this,n),P(this,n,arguments)}return B(n,e),N(n,[{key:"kill",value:function(){ve(n,"kill",this)([])}},{key:"process",value:function(o,i,t){var a=i*this.STRIDE;if(t.hidden){for(var f=a+this.STRIDE;a<f;a++)this.array[a]=0;return}return this.processVisibleItem(de(o),a,t)}}])})(me),K=(function(e){function n(){var r;L(this,n);for(var o=arguments.length,i=new Array(o),t=0;t<o;t++)i[t]=arguments[t];return r=P(this,n,[].concat(i)),S(r,"drawLabel",void 0),r}return B(n,e),N(n,[{key:"kill",value:function(){ve(n,"kill",this)([])}},{key:"process",value:function(o,i,t,a,f){var c=i*this.STRIDE;if(f.hidden||t.hidden||a.hidden){for(var d=c+this.STRIDE;c<d;c++)this.array[c]=0;return}return this.processVisibleItem(de(o),c,t,a,f)}}])})(me);function We(e,n){return(function(){function r(o,i,t){L(this,r),S(this,"drawLabel",n),this.programs=e.map(function(a){return new a(o,i,t)})}return N(r,[{key:"reallocate",value:function(i){this.programs.forEach(function(t){return t.reallocate(i)})}},{key:"process",value:function(i,t,a,f,c){this.programs.forEach(function(d){return d.process(i,t,a,f,c)})}},{key:"render",value:function(i){this.programs.forEach(function(t){return t.render(i)})}},{key:"kill",value:function(){this.programs.forEach(function(i){return i.kill()})}}])})()}function gn(e,n,r,o,i){var t=i.edgeLabelSize,a=i.edgeLabelFont,f=i.edgeLabelWeight,c=i.edgeLabelColor.attribute?n[i.edgeLabelColor.attribute]||i.edgeLabelColor.color||"#000":i.edgeLabelColor.color,d=n.label;if(d){e.fillStyle=c,e.font="".concat(f," ").concat(t,"px ").concat(a);var _=r.size,E=o.size,T=r.x,p=r.y,y=o.x,R=o.y,A=(T+y)/2,C=(p+R)/2,F=y-T,g=R-p,s=Math.sqrt(F*F+g*g);if(!(s<_+E)){T+=F*_/s,p+=g*_/s,y-=F*E/s,R-=g*E/s,A=(T+y)/2,C=(p+R)/2,F=y-T,g=R-p,s=Math.sqrt(F*F+g*g);var u=e.measureText(d).width;if(u>s){var l="…";for(d=d+l,u=e.measureText(d).width;u>s&&d.length>1;)d=d.slice(0,-2)+l,u=e.measureText(d).width;if(d.length<4)return}var h;F>0?g>0?h=Math.acos(F/s):h=Math.asin(g/s):g>0?h=Math.acos(F/s)+Math.PI:h=Math.asin(F/s)+Math.PI/2,e.save(),e.translate(A,C),e.rotate(h),e.fillText(d,-u/2,n.size/2+t),e.restore()}}}function Ye(e,n,r){if(n.label){var o=r.labelSize,i=r.labelFont,t=r.labelWeight,a=r.labelColor.attribute?n[r.labelColor.attribute]||r.labelColor.color||"#000":r.labelColor.color;e.fillStyle=a,e.font="".concat(t," ").concat(o,"px ").concat(i),e.fillText(n.label,n.x+n.size+3,n.y+o/3)}}function En(e,n,r){var o=r.labelSize,i=r.labelFont,t=r.labelWeight;e.font="".concat(t," ").concat(o,"px ").concat(i),e.fillStyle="#FFF",e.shadowOffsetX=0,e.shadowOffsetY=0,e.shadowBlur=8,e.shadowColor="#000";var a=2;if(typeof n.label=="string"){var f=e.measureText(n.label).width,c=Math.round(f+5),d=Math.round(o+2*a),_=Math.max(n.size,o/2)+a,E=Math.asin(d/2/_),T=Math.sqrt(Math.abs(Math.pow(_,2)-Math.pow(d/2,2)));e.beginPath(),e.moveTo(n.x+T,n.y+d/2),e.lineTo(n.x+_+c,n.y+d/2),e.lineTo(n.x+_+c,n.y-d/2),e.lineTo(n.x+T,n.y-d/2),e.arc(n.x,n.y,_,E,-E),e.closePath(),e.fill()}else e.beginPath(),e.arc(n.x,n.y,n.size+a,0,Math.PI*2),e.closePath(),e.fill();e.shadowOffsetX=0,e.shadowOffsetY=0,e.shadowBlur=0,Ye(e,n,r)}var $e=`
precision highp float;

varying vec4 v_color;
varying vec2 v_diffVector;
varying float v_radius;

uniform float u_correctionRatio;

const vec4 transparent = vec4(0.0, 0.0, 0.0, 0.0);

void main(void) {
  float border = u_correctionRatio * 2.0;
  float dist = length(v_diffVector) - v_radius + border;

  // No antialiasing for picking mode:
  #ifdef PICKING_MODE
  if (dist > border)
    gl_FragColor = transparent;
  else
    gl_FragColor = v_color;

  #else
  float t = 0.0;
  if (dist > border)
    t = 1.0;
  else if (dist > 0.0)
    t = dist / border;

  gl_FragColor = mix(v_color, transparent, t);
  #endif
}
`,Xe=$e,qe=`
attribute vec4 a_id;
attribute vec4 a_color;
attribute vec2 a_position;
attribute float a_size;
attribute float a_angle;

uniform mat3 u_matrix;
uniform float u_sizeRatio;
uniform float u_correctionRatio;

varying vec4 v_color;
varying vec2 v_diffVector;
varying float v_radius;
varying float v_border;

const float bias = 255.0 / 254.0;

void main() {
  float size = a_size * u_correctionRatio / u_sizeRatio * 4.0;
  vec2 diffVector = size * vec2(cos(a_angle), sin(a_angle));
  vec2 position = a_position + diffVector;
  gl_Position = vec4(
    (u_matrix * vec3(position, 1)).xy,
    0,
    1
  );

  v_diffVector = diffVector;
  v_radius = size / 2.0;

  #ifdef PICKING_MODE
  // For picking mode, we use the ID as the color:
  v_color = a_id;
  #else
  // For normal mode, we use the color:
  v_color = a_color;
  #endif

  v_color.a *= bias;
}
`,Ke=qe,ge=WebGLRenderingContext,ie=ge.UNSIGNED_BYTE,$=ge.FLOAT,Ze=["u_sizeRatio","u_correctionRatio","u_matrix"],Z=(function(e){function n(){return L(this,n),P(this,n,arguments)}return B(n,e),N(n,[{key:"getDefinition",value:function(){return{VERTICES:3,VERTEX_SHADER_SOURCE:Ke,FRAGMENT_SHADER_SOURCE:Xe,METHOD:WebGLRenderingContext.TRIANGLES,UNIFORMS:Ze,ATTRIBUTES:[{name:"a_position",size:2,type:$},{name:"a_size",size:1,type:$},{name:"a_color",size:4,type:ie,normalized:!0},{name:"a_id",size:4,type:ie,normalized:!0}],CONSTANT_ATTRIBUTES:[{name:"a_angle",size:1,type:$}],CONSTANT_DATA:[[n.ANGLE_1],[n.ANGLE_2],[n.ANGLE_3]]}}},{key:"processVisibleItem",value:function(o,i,t){var a=this.array,f=z(t.color);a[i++]=t.x,a[i++]=t.y,a[i++]=t.size,a[i++]=f,a[i++]=o}},{key:"setUniforms",value:function(o,i){var t=i.gl,a=i.uniformLocations,f=a.u_sizeRatio,c=a.u_correctionRatio,d=a.u_matrix;t.uniform1f(c,o.correctionRatio),t.uniform1f(f,o.sizeRatio),t.uniformMatrix3fv(d,!1,o.matrix)}}])})(je);S(Z,"ANGLE_1",0);S(Z,"ANGLE_2",2*Math.PI/3);S(Z,"ANGLE_3",4*Math.PI/3);var Je=`
precision mediump float;

varying vec4 v_color;

void main(void) {
  gl_FragColor = v_color;
}
`,Qe=Je,en=`
attribute vec2 a_position;
attribute vec2 a_normal;
attribute float a_radius;
attribute vec3 a_barycentric;

#ifdef PICKING_MODE
attribute vec4 a_id;
#else
attribute vec4 a_color;
#endif

uniform mat3 u_matrix;
uniform float u_sizeRatio;
uniform float u_correctionRatio;
uniform float u_minEdgeThickness;
uniform float u_lengthToThicknessRatio;
uniform float u_widenessToThicknessRatio;

varying vec4 v_color;

const float bias = 255.0 / 254.0;

void main() {
  float minThickness = u_minEdgeThickness;

  float normalLength = length(a_normal);
  vec2 unitNormal = a_normal / normalLength;

  // These first computations are taken from edge.vert.glsl and
  // edge.clamped.vert.glsl. Please read it to get better comments on what's
  // happening:
  float pixelsThickness = max(normalLength / u_sizeRatio, minThickness);
  float webGLThickness = pixelsThickness * u_correctionRatio;
  float webGLNodeRadius = a_radius * 2.0 * u_correctionRatio / u_sizeRatio;
  float webGLArrowHeadLength = webGLThickness * u_lengthToThicknessRatio * 2.0;
  float webGLArrowHeadThickness = webGLThickness * u_widenessToThicknessRatio;

  float da = a_barycentric.x;
  float db = a_barycentric.y;
  float dc = a_barycentric.z;

  vec2 delta = vec2(
      da * (webGLNodeRadius * unitNormal.y)
    + db * ((webGLNodeRadius + webGLArrowHeadLength) * unitNormal.y + webGLArrowHeadThickness * unitNormal.x)
    + dc * ((webGLNodeRadius + webGLArrowHeadLength) * unitNormal.y - webGLArrowHeadThickness * unitNormal.x),

      da * (-webGLNodeRadius * unitNormal.x)
    + db * (-(webGLNodeRadius + webGLArrowHeadLength) * unitNormal.x + webGLArrowHeadThickness * unitNormal.y)
    + dc * (-(webGLNodeRadius + webGLArrowHeadLength) * unitNormal.x - webGLArrowHeadThickness * unitNormal.y)
  );

  vec2 position = (u_matrix * vec3(a_position + delta, 1)).xy;

  gl_Position = vec4(position, 0, 1);

  #ifdef PICKING_MODE
  // For picking mode, we use the ID as the color:
  v_color = a_id;
  #else
  // For normal mode, we use the color:
  v_color = a_color;
  #endif

  v_color.a *= bias;
}
`,nn=en,Ee=WebGLRenderingContext,oe=Ee.UNSIGNED_BYTE,M=Ee.FLOAT,rn=["u_matrix","u_sizeRatio","u_correctionRatio","u_minEdgeThickness","u_lengthToThicknessRatio","u_widenessToThicknessRatio"],Te={extremity:"target",lengthToThicknessRatio:2.5,widenessToThicknessRatio:2};function pe(e){var n=I(I({},Te),e||{});return(function(r){function o(){return L(this,o),P(this,o,arguments)}return B(o,r),N(o,[{key:"getDefinition",value:function(){return{VERTICES:3,VERTEX_SHADER_SOURCE:nn,FRAGMENT_SHADER_SOURCE:Qe,METHOD:WebGLRenderingContext.TRIANGLES,UNIFORMS:rn,ATTRIBUTES:[{name:"a_position",size:2,type:M},{name:"a_normal",size:2,type:M},{name:"a_radius",size:1,type:M},{name:"a_color",size:4,type:oe,normalized:!0},{name:"a_id",size:4,type:oe,normalized:!0}],CONSTANT_ATTRIBUTES:[{name:"a_barycentric",size:3,type:M}],CONSTANT_DATA:[[1,0,0],[0,1,0],[0,0,1]]}}},{key:"processVisibleItem",value:function(t,a,f,c,d){if(n.extremity==="source"){var _=[c,f];f=_[0],c=_[1]}var E=d.size||1,T=c.size||1,p=f.x,y=f.y,R=c.x,A=c.y,C=z(d.color),F=R-p,g=A-y,s=F*F+g*g,u=0,l=0;s&&(s=1/Math.sqrt(s),u=-g*s*E,l=F*s*E);var h=this.array;h[a++]=R,h[a++]=A,h[a++]=-u,h[a++]=-l,h[a++]=T,h[a++]=C,h[a++]=t}},{key:"setUniforms",value:function(t,a){var f=a.gl,c=a.uniformLocations,d=c.u_matrix,_=c.u_sizeRatio,E=c.u_correctionRatio,T=c.u_minEdgeThickness,p=c.u_lengthToThicknessRatio,y=c.u_widenessToThicknessRatio;f.uniformMatrix3fv(d,!1,t.matrix),f.uniform1f(_,t.sizeRatio),f.uniform1f(E,t.correctionRatio),f.uniform1f(T,t.minEdgeThickness),f.uniform1f(p,n.lengthToThicknessRatio),f.uniform1f(y,n.widenessToThicknessRatio)}}])})(K)}pe();var tn=`
precision mediump float;

varying vec4 v_color;
varying vec2 v_normal;
varying float v_thickness;
varying float v_feather;

const vec4 transparent = vec4(0.0, 0.0, 0.0, 0.0);

void main(void) {
  // We only handle antialiasing for normal mode:
  #ifdef PICKING_MODE
  gl_FragColor = v_color;
  #else
  float dist = length(v_normal) * v_thickness;

  float t = smoothstep(
    v_thickness - v_feather,
    v_thickness,
    dist
  );

  gl_FragColor = mix(v_color, transparent, t);
  #endif
}
`,Re=tn,on=`
attribute vec4 a_id;
attribute vec4 a_color;
attribute vec2 a_normal;
attribute float a_normalCoef;
attribute vec2 a_positionStart;
attribute vec2 a_positionEnd;
attribute float a_positionCoef;
attribute float a_radius;
attribute float a_radiusCoef;

uniform mat3 u_matrix;
uniform float u_zoomRatio;
uniform float u_sizeRatio;
uniform float u_pixelRatio;
uniform float u_correctionRatio;
uniform float u_minEdgeThickness;
uniform float u_lengthToThicknessRatio;
uniform float u_feather;

varying vec4 v_color;
varying vec2 v_normal;
varying float v_thickness;
varying float v_feather;

const float bias = 255.0 / 254.0;

void main() {
  float minThickness = u_minEdgeThickness;

  float radius = a_radius * a_radiusCoef;
  vec2 normal = a_normal * a_normalCoef;
  vec2 position = a_positionStart * (1.0 - a_positionCoef) + a_positionEnd * a_positionCoef;

  float normalLength = length(normal);
  vec2 unitNormal = normal / normalLength;

  // These first computations are taken from edge.vert.glsl. Please read it to
  // get better comments on what's happening:
  float pixelsThickness = max(normalLength, minThickness * u_sizeRatio);
  float webGLThickness = pixelsThickness * u_correctionRatio / u_sizeRatio;

  // Here, we move the point to leave space for the arrow head:
  float direction = sign(radius);
  float webGLNodeRadius = direction * radius * 2.0 * u_correctionRatio / u_sizeRatio;
  float webGLArrowHeadLength = webGLThickness * u_lengthToThicknessRatio * 2.0;

  vec2 compensationVector = vec2(-direction * unitNormal.y, direction * unitNormal.x) * (webGLNodeRadius + webGLArrowHeadLength);

  // Here is the proper position of the vertex
  gl_Position = vec4((u_matrix * vec3(position + unitNormal * webGLThickness + compensationVector, 1)).xy, 0, 1);

  v_thickness = webGLThickness / u_zoomRatio;

  v_normal = unitNormal;

  v_feather = u_feather * u_correctionRatio / u_zoomRatio / u_pixelRatio * 2.0;

  #ifdef PICKING_MODE
  // For picking mode, we use the ID as the color:
  v_color = a_id;
  #else
  // For normal mode, we use the color:
  v_color = a_color;
  #endif

  v_color.a *= bias;
}
`,an=on,be=WebGLRenderingContext,ae=be.UNSIGNED_BYTE,O=be.FLOAT,sn=["u_matrix","u_zoomRatio","u_sizeRatio","u_correctionRatio","u_pixelRatio","u_feather","u_minEdgeThickness","u_lengthToThicknessRatio"],un={lengthToThicknessRatio:Te.lengthToThicknessRatio};function ye(e){var n=I(I({},un),{});return(function(r){function o(){return L(this,o),P(this,o,arguments)}return B(o,r),N(o,[{key:"getDefinition",value:function(){return{VERTICES:6,VERTEX_SHADER_SOURCE:an,FRAGMENT_SHADER_SOURCE:Re,METHOD:WebGLRenderingContext.TRIANGLES,UNIFORMS:sn,ATTRIBUTES:[{name:"a_positionStart",size:2,type:O},{name:"a_positionEnd",size:2,type:O},{name:"a_normal",size:2,type:O},{name:"a_color",size:4,type:ae,normalized:!0},{name:"a_id",size:4,type:ae,normalized:!0},{name:"a_radius",size:1,type:O}],CONSTANT_ATTRIBUTES:[{name:"a_positionCoef",size:1,type:O},{name:"a_normalCoef",size:1,type:O},{name:"a_radiusCoef",size:1,type:O}],CONSTANT_DATA:[[0,1,0],[0,-1,0],[1,1,1],[1,1,1],[0,-1,0],[1,-1,-1]]}}},{key:"processVisibleItem",value:function(t,a,f,c,d){var _=d.size||1,E=f.x,T=f.y,p=c.x,y=c.y,R=z(d.color),A=p-E,C=y-T,F=c.size||1,g=A*A+C*C,s=0,u=0;g&&(g=1/Math.sqrt(g),s=-C*g*_,u=A*g*_);var l=this.array;l[a++]=E,l[a++]=T,l[a++]=p,l[a++]=y,l[a++]=s,l[a++]=u,l[a++]=R,l[a++]=t,l[a++]=F}},{key:"setUniforms",value:function(t,a){var f=a.gl,c=a.uniformLocations,d=c.u_matrix,_=c.u_zoomRatio,E=c.u_feather,T=c.u_pixelRatio,p=c.u_correctionRatio,y=c.u_sizeRatio,R=c.u_minEdgeThickness,A=c.u_lengthToThicknessRatio;f.uniformMatrix3fv(d,!1,t.matrix),f.uniform1f(_,t.zoomRatio),f.uniform1f(y,t.sizeRatio),f.uniform1f(p,t.correctionRatio),f.uniform1f(T,t.pixelRatio),f.uniform1f(E,t.antiAliasingFeather),f.uniform1f(R,t.minEdgeThickness),f.uniform1f(A,n.lengthToThicknessRatio)}}])})(K)}ye();function ln(e){return We([ye(),pe(e)])}var fn=ln(),Tn=fn,cn=`
attribute vec4 a_id;
attribute vec4 a_color;
attribute vec2 a_normal;
attribute float a_normalCoef;
attribute vec2 a_positionStart;
attribute vec2 a_positionEnd;
attribute float a_positionCoef;

uniform mat3 u_matrix;
uniform float u_sizeRatio;
uniform float u_zoomRatio;
uniform float u_pixelRatio;
uniform float u_correctionRatio;
uniform float u_minEdgeThickness;
uniform float u_feather;

varying vec4 v_color;
varying vec2 v_normal;
varying float v_thickness;
varying float v_feather;

const float bias = 255.0 / 254.0;

void main() {
  float minThickness = u_minEdgeThickness;

  vec2 normal = a_normal * a_normalCoef;
  vec2 position = a_positionStart * (1.0 - a_positionCoef) + a_positionEnd * a_positionCoef;

  float normalLength = length(normal);
  vec2 unitNormal = normal / normalLength;

  // We require edges to be at least "minThickness" pixels thick *on screen*
  // (so we need to compensate the size ratio):
  float pixelsThickness = max(normalLength, minThickness * u_sizeRatio);

  // Then, we need to retrieve the normalized thickness of the edge in the WebGL
  // referential (in a ([0, 1], [0, 1]) space), using our "magic" correction
  // ratio:
  float webGLThickness = pixelsThickness * u_correctionRatio / u_sizeRatio;

  // Here is the proper position of the vertex
  gl_Position = vec4((u_matrix * vec3(position + unitNormal * webGLThickness, 1)).xy, 0, 1);

  // For the fragment shader though, we need a thickness that takes the "magic"
  // correction ratio into account (as in webGLThickness), but so that the
  // antialiasing effect does not depend on the zoom level. So here's yet
  // another thickness version:
  v_thickness = webGLThickness / u_zoomRatio;

  v_normal = unitNormal;

  v_feather = u_feather * u_correctionRatio / u_zoomRatio / u_pixelRatio * 2.0;

  #ifdef PICKING_MODE
  // For picking mode, we use the ID as the color:
  v_color = a_id;
  #else
  // For normal mode, we use the color:
  v_color = a_color;
  #endif

  v_color.a *= bias;
}
`,hn=cn,Ae=WebGLRenderingContext,se=Ae.UNSIGNED_BYTE,U=Ae.FLOAT,dn=["u_matrix","u_zoomRatio","u_sizeRatio","u_correctionRatio","u_pixelRatio","u_feather","u_minEdgeThickness"],pn=(function(e){function n(){return L(this,n),P(this,n,arguments)}return B(n,e),N(n,[{key:"getDefinition",value:function(){return{VERTICES:6,VERTEX_SHADER_SOURCE:hn,FRAGMENT_SHADER_SOURCE:Re,METHOD:WebGLRenderingContext.TRIANGLES,UNIFORMS:dn,ATTRIBUTES:[{name:"a_positionStart",size:2,type:U},{name:"a_positionEnd",size:2,type:U},{name:"a_normal",size:2,type:U},{name:"a_color",size:4,type:se,normalized:!0},{name:"a_id",size:4,type:se,normalized:!0}],CONSTANT_ATTRIBUTES:[{name:"a_positionCoef",size:1,type:U},{name:"a_normalCoef",size:1,type:U}],CONSTANT_DATA:[[0,1],[0,-1],[1,1],[1,1],[0,-1],[1,-1]]}}},{key:"processVisibleItem",value:function(o,i,t,a,f){var c=f.size||1,d=t.x,_=t.y,E=a.x,T=a.y,p=z(f.color),y=E-d,R=T-_,A=y*y+R*R,C=0,F=0;A&&(A=1/Math.sqrt(A),C=-R*A*c,F=y*A*c);var g=this.array;g[i++]=d,g[i++]=_,g[i++]=E,g[i++]=T,g[i++]=C,g[i++]=F,g[i++]=p,g[i++]=o}},{key:"setUniforms",value:function(o,i){var t=i.gl,a=i.uniformLocations,f=a.u_matrix,c=a.u_zoomRatio,d=a.u_feather,_=a.u_pixelRatio,E=a.u_correctionRatio,T=a.u_sizeRatio,p=a.u_minEdgeThickness;t.uniformMatrix3fv(f,!1,o.matrix),t.uniform1f(c,o.zoomRatio),t.uniform1f(T,o.sizeRatio),t.uniform1f(E,o.correctionRatio),t.uniform1f(_,o.pixelRatio),t.uniform1f(d,o.antiAliasingFeather),t.uniform1f(p,o.minEdgeThickness)}}])})(K),H={exports:{}},ue;function vn(){if(ue)return H.exports;ue=1;var e=typeof Reflect=="object"?Reflect:null,n=e&&typeof e.apply=="function"?e.apply:function(u,l,h){return Function.prototype.apply.call(u,l,h)},r;e&&typeof e.ownKeys=="function"?r=e.ownKeys:Object.getOwnPropertySymbols?r=function(u){return Object.getOwnPropertyNames(u).concat(Object.getOwnPropertySymbols(u))}:r=function(u){return Object.getOwnPropertyNames(u)};function o(s){console&&console.warn&&console.warn(s)}var i=Number.isNaN||function(u){return u!==u};function t(){t.init.call(this)}H.exports=t,H.exports.once=C,t.EventEmitter=t,t.prototype._events=void 0,t.prototype._eventsCount=0,t.prototype._maxListeners=void 0;var a=10;function f(s){if(typeof s!="function")throw new TypeError('The "listener" argument must be of type Function. Received type '+typeof s)}Object.defineProperty(t,"defaultMaxListeners",{enumerable:!0,get:function(){return a},set:function(s){if(typeof s!="number"||s<0||i(s))throw new RangeError('The value of "defaultMaxListeners" is out of range. It must be a non-negative number. Received '+s+".");a=s}}),t.init=function(){(this._events===void 0||this._events===Object.getPrototypeOf(this)._events)&&(this._events=Object.create(null),this._eventsCount=0),this._maxListeners=this._maxListeners||void 0},t.prototype.setMaxListeners=function(u){if(typeof u!="number"||u<0||i(u))throw new RangeError('The value of "n" is out of range. It must be a non-negative number. Received '+u+".");return this._maxListeners=u,this};function c(s){return s._maxListeners===void 0?t.defaultMaxListeners:s._maxListeners}t.prototype.getMaxListeners=function(){return c(this)},t.prototype.emit=function(u){for(var l=[],h=1;h<arguments.length;h++)l.push(arguments[h]);var v=u==="error",b=this._events;if(b!==void 0)v=v&&b.error===void 0;else if(!v)return!1;if(v){var m;if(l.length>0&&(m=l[0]),m instanceof Error)throw m;var w=new Error("Unhandled error."+(m?" ("+m.message+")":""));throw w.context=m,w}var G=b[u];if(G===void 0)return!1;if(typeof G=="function")n(G,this,l);else for(var J=G.length,Fe=y(G,J),h=0;h<J;++h)n(Fe[h],this,l);return!0};function d(s,u,l,h){var v,b,m;if(f(l),b=s._events,b===void 0?(b=s._events=Object.create(null),s._eventsCount=0):(b.newListener!==void 0&&(s.emit("newListener",u,l.listener?l.listener:l),b=s._events),m=b[u]),m===void 0)m=b[u]=l,++s._eventsCount;else if(typeof m=="function"?m=b[u]=h?[l,m]:[m,l]:h?m.unshift(l):m.push(l),v=c(s),v>0&&m.length>v&&!m.warned){m.warned=!0;var w=new Error("Possible EventEmitter memory leak detected. "+m.length+" "+String(u)+" listeners added. Use emitter.setMaxListeners() to increase limit");w.name="MaxListenersExceededWarning",w.emitter=s,w.type=u,w.count=m.length,o(w)}return s}t.prototype.addListener=function(u,l){return d(this,u,l,!1)},t.prototype.on=t.prototype.addListener,t.prototype.prependListener=function(u,l){return d(this,u,l,!0)};function _(){if(!this.fired)return this.target.removeListener(this.type,this.wrapFn),this.fired=!0,arguments.length===0?this.listener.call(this.target):this.listener.apply(this.target,arguments)}function E(s,u,l){var h={fired:!1,wrapFn:void 0,target:s,type:u,listener:l},v=_.bind(h);return v.listener=l,h.wrapFn=v,v}t.prototype.once=function(u,l){return f(l),this.on(u,E(this,u,l)),this},t.prototype.prependOnceListener=function(u,l){return f(l),this.prependListener(u,E(this,u,l)),this},t.prototype.removeListener=function(u,l){var h,v,b,m,w;if(f(l),v=this._events,v===void 0)return this;if(h=v[u],h===void 0)return this;if(h===l||h.listener===l)--this._eventsCount===0?this._events=Object.create(null):(delete v[u],v.removeListener&&this.emit("removeListener",u,h.listener||l));else if(typeof h!="function"){for(b=-1,m=h.length-1;m>=0;m--)if(h[m]===l||h[m].listener===l){w=h[m].listener,b=m;break}if(b<0)return this;b===0?h.shift():R(h,b),h.length===1&&(v[u]=h[0]),v.removeListener!==void 0&&this.emit("removeListener",u,w||l)}return this},t.prototype.off=t.prototype.removeListener,t.prototype.removeAllListeners=function(u){var l,h,v;if(h=this._events,h===void 0)return this;if(h.removeListener===void 0)return arguments.length===0?(this._events=Object.create(null),this._eventsCount=0):h[u]!==void 0&&(--this._eventsCount===0?this._events=Object.create(null):delete h[u]),this;if(arguments.length===0){var b=Object.keys(h),m;for(v=0;v<b.length;++v)m=b[v],m!=="removeListener"&&this.removeAllListeners(m);return this.removeAllListeners("removeListener"),this._events=Object.create(null),this._eventsCount=0,this}if(l=h[u],typeof l=="function")this.removeListener(u,l);else if(l!==void 0)for(v=l.length-1;v>=0;v--)this.removeListener(u,l[v]);return this};function T(s,u,l){var h=s._events;if(h===void 0)return[];var v=h[u];return v===void 0?[]:typeof v=="function"?l?[v.listener||v]:[v]:l?A(v):y(v,v.length)}t.prototype.listeners=function(u){return T(this,u,!0)},t.prototype.rawListeners=function(u){return T(this,u,!1)},t.listenerCount=function(s,u){return typeof s.listenerCount=="function"?s.listenerCount(u):p.call(s,u)},t.prototype.listenerCount=p;function p(s){var u=this._events;if(u!==void 0){var l=u[s];if(typeof l=="function")return 1;if(l!==void 0)return l.length}return 0}t.prototype.eventNames=function(){return this._eventsCount>0?r(this._events):[]};function y(s,u){for(var l=new Array(u),h=0;h<u;++h)l[h]=s[h];return l}function R(s,u){for(;u+1<s.length;u++)s[u]=s[u+1];s.pop()}function A(s){for(var u=new Array(s.length),l=0;l<u.length;++l)u[l]=s[l].listener||s[l];return u}function C(s,u){return new Promise(function(l,h){function v(m){s.removeListener(u,b),h(m)}function b(){typeof s.removeListener=="function"&&s.removeListener("error",v),l([].slice.call(arguments))}g(s,u,b,{once:!0}),u!=="error"&&F(s,v,{once:!0})})}function F(s,u,l){typeof s.on=="function"&&g(s,"error",u,l)}function g(s,u,l,h){if(typeof s.on=="function")h.once?s.once(u,l):s.on(u,l);else if(typeof s.addEventListener=="function")s.addEventListener(u,function v(b){h.once&&s.removeEventListener(u,v),l(b)});else throw new TypeError('The "emitter" argument must be of type EventEmitter. Received type '+typeof s)}return H.exports}var Rn=vn();export{Te as D,pn as E,Re as F,Z as N,B as _,N as a,L as b,P as c,De as d,Rn as e,En as f,Ye as g,gn as h,Tn as i,I as j,S as k,le as l,mn as m,_n as n,Oe as o,ee as p,z as q,je as r,K as s,We as t,pe as u};
